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
      const [whole, { searchParams: asked }] = [new URL(url), new URL(location)];
      whole.searchParams.set("from", asked.get("from") ?? asked.get("page") ?? 1);
      move("replaceState", whole); // who comes back to it sees all that was there
      cards[0].querySelector("a").focus();
      say(there);
    } catch {
      location.assign(link.href);
    }
  });
