// Puts goods into the bag and shows it, without leaving the page.
import { show } from "../drawer.js";
import { load, posted } from "../swap.js";

export default (form) => {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter ?? form.querySelector("button:not([type])");
    if (button.ariaDisabled === "true") return;
    const words = button.textContent;
    button.ariaDisabled = "true";
    button.textContent = button.dataset.busy ?? words;
    try {
      const { page } = await load(form.action, posted(form));
      show(page, button);
    } catch {
      location.assign(document.getElementById("bag-link").href); // the bag says what came of it
    } finally {
      button.ariaDisabled = null;
      button.textContent = words;
    }
  });
};
