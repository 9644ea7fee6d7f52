// Pictures are sent one after the other, each with its progress; then the list of them is renewed.
import { load, renew } from "../swap.js";

export default (form) => {
  const list = form.querySelector(".uploads");
  const files = form.querySelector("[type=file]");

  function line(text) {
    const words = document.createElement("p");
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", text);
    words.append(text, bar);
    list.append(words);
    return { words, bar };
  }

  function send(file) {
    const { words, bar } = line(form.dataset.sending.replace("#", file.name));
    const body = new FormData(form);
    body.set(files.name, file);
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.upload.addEventListener("progress", (event) => (bar.value = event.loaded / (event.total || 1)));
      request.addEventListener("loadend", () => {
        const page = new DOMParser().parseFromString(request.responseText ?? "", "text/html");
        const wrong = page.querySelector("#file-error, #alt-error")?.textContent.trim();
        const fine = request.status === 200 && !wrong;
        if (fine) words.remove();
        else words.textContent = wrong ? `${file.name}: ${wrong}` : form.dataset.failed.replace("#", file.name);
        done(fine);
      });
      request.open("POST", form.action);
      request.send(body);
    });
  }

  form.addEventListener("submit", async (event) => {
    if (files.files.length === 0) return;
    event.preventDefault();
    list.textContent = "";
    let all = true;
    for (const file of [...files.files]) all = (await send(file)) && all;
    const kept = [...list.children];
    const { page } = await load(location.pathname);
    renew(page, ["picture-list"]);
    if (!all) document.querySelector("#picture-list .uploads").append(...kept);
  });
};
