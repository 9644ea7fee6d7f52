// The link to the bag opens it in the drawer, unless this is the bag's own page.
import { show } from "../drawer.js";
import { load } from "../swap.js";

export default (link) => {
  link.addEventListener("click", async (event) => {
    if (document.querySelector("main #bag") || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    try {
      show((await load(link.href)).page, link);
    } catch {
      location.assign(link.href);
    }
  });
};
