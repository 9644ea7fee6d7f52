// Links and forms with data-swap="ids" fetch the page they lead to and renew these regions of it, no more.
const acts = [];
const here = () => location.pathname + location.search; // going to a fragment of it is no new page
let latest = 0;
let shown = here();

/** Acts on the page now, and on every region that is set into it later. */
export function onFresh(act) {
  acts.push(act);
  act(document);
}

export const bind = (region) => acts.forEach((act) => act(region));

/** Has a fresh region read aloud: its notices, and what it says of itself. */
export function say(region) {
  const notices = [...region.querySelectorAll(".notice p, .notice span")].map((each) => each.textContent.trim());
  const status = document.getElementById("status");
  status.textContent = "";
  setTimeout(() => (status.textContent = [...notices, region.dataset.status ?? ""].join(" ")), 50);
}

export async function load(url, options) {
  const response = await fetch(url, { ...options, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { page, url: response.url };
}

/** Sets the regions of `page` in the place of ours; the focus stays on the same control, or goes to the region. */
export function renew(page, ids) {
  const focused = document.activeElement;
  const fresh = ids.map((id) => [document.getElementById(id), page.getElementById(id)]).filter(([old, next]) => old && next);
  for (const [old, next] of fresh) {
    old.replaceWith(next);
    bind(next);
  }
  const region = fresh[0]?.[1];
  if (focused && !focused.isConnected) {
    const place = document.getElementById(focused.id) ?? region.querySelector("[tabindex='-1']") ?? region;
    place.focus({ preventScroll: true });
  }
  if (region) say(region);
}

/** Changes the address of what is shown, by `pushState` or `replaceState`. */
export function move(how, url) {
  history[how](null, "", url);
  shown = here();
}

async function follow(element, url, options) {
  const ids = element.dataset.swap.split(" ");
  const turn = ++latest;
  document.getElementById(ids[0])?.setAttribute("aria-busy", "true");
  try {
    const answer = await load(url, options);
    if (turn !== latest) return;
    if (!answer.page.getElementById(ids[0])) throw new Error("another page");
    if (!options) move("pushState", answer.url);
    document.title = options ? document.title : answer.page.title;
    renew(answer.page, ids);
  } catch {
    if (options) location.reload();
    else location.assign(url);
  }
}

export function posted(form, submitter) {
  return { method: "POST", body: new URLSearchParams(new FormData(form, submitter)) };
}

function send(form, submitter) {
  if (form.method === "post") return follow(form, form.action, posted(form, submitter));
  const url = new URL(form.action);
  url.search = new URLSearchParams([...new FormData(form, submitter)].filter(([, value]) => value));
  return follow(form, url);
}

export function listen() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    follow(link, link.href);
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.dataset.swap) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.form?.dataset.swapOn === "change" && target.form.reportValidity()) send(target.form);
  });
  addEventListener("popstate", () => here() === shown || location.reload());
}
