// What the words typed so far may become, in a list under the box; before any are typed, what was searched for last.
import { keep, kept } from "../kept.js";
import { say } from "../swap.js";

const [PAUSE, SHORTEST] = [150, 2];

export default (search) => {
  const [form, input, list, cancel] = ["form", "input", "[role=listbox]", ".search-cancel"].map((each) =>
    search.querySelector(each),
  );
  let [options, active, timer, turn] = [[], -1, 0, 0];
  Object.assign(input, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
  input.setAttribute("aria-controls", list.id);
  if (input.value) keep("searches", input.value, 5);

  const mark = (number) => {
    if (options[active]) options[active].ariaSelected = "false";
    active = number;
    if (options[active]) options[active].ariaSelected = "true";
    options[active]?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active]?.id ?? "");
  };
  const show = (...nodes) => {
    list.replaceChildren(...nodes);
    options = [...list.querySelectorAll("[role=option]")];
    options.forEach((option, number) => (option.id = `${list.id}-${number}`));
    list.hidden = !options.length;
    input.ariaExpanded = String(!list.hidden);
    mark(-1);
  };
  const close = () => {
    clearTimeout(timer);
    turn++;
    show();
  };
  const showRecent = () => {
    const group = search.querySelector("template").content.firstElementChild.cloneNode();
    for (const words of kept("searches")) {
      const option = search.querySelector("template").content.querySelector("a").cloneNode(true);
      option.href = `${form.action}?${new URLSearchParams({ q: words })}`;
      option.lastElementChild.textContent = words;
      group.append(option);
    }
    show(group);
  };
  const ask = async () => {
    const mine = ++turn;
    const words = input.value.trim();
    if (words.length < SHORTEST) return words ? close() : showRecent();
    const answer = await fetch(`${search.dataset.from}?${new URLSearchParams({ q: words })}`).catch(() => null);
    const part = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (turn !== mine || !part) return;
    show(...part.children);
    if (options.length) say(list.firstElementChild);
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("click", () => list.hidden && ask());
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const places = options.length + 1; // the box itself is one
    if (step && list.hidden) ask();
    else if (step) mark(((active + 1 + step + places) % places) - 1);
    else if (event.key === "Enter" && options[active]) options[active].click();
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  cancel.addEventListener("click", close);
  search.addEventListener("focusout", ({ relatedTarget }) => search.contains(relatedTarget) || close());
};
