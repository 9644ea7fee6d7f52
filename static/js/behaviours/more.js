// The link to the next page adds it to this one.
import { bind, load, move, say } from "../swap.js";

export default (link) =>
  link.addEventListener("click", async (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (link.ariaBusy) return;
    link.ariaBusy = "true";
    try {
      const { page, url } = await load(link.href);
      const cards = [...page.querySelector("#results .grid").children];
      const [here, there] = [document, page].map((each) => each.getElementById("pager"));
      document.querySelector("#results .grid").append(...cards);
      there.querySelector(".meta").textContent = there.dataset.status;
      there.querySelector("[rel=prev]").replaceWith(here.querySelector("[rel=prev]") ?? "");
      here.replaceWith(there);
      bind(there);
      move("replaceState", url);
      cards[0].querySelector("a").focus();
      say(there);
    } catch {
      location.assign(link.href);
    }
  });
