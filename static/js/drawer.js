// The bag in a drawer: the region #bag of its own page, set into the dialog.
import { bind, say } from "./swap.js";

export function show(page, opener) {
  const drawer = document.getElementById("drawer");
  const [bag, link] = [page.getElementById("bag"), page.getElementById("bag-link")];
  drawer.querySelector("#bag")?.remove();
  drawer.append(bag);
  bind(bag);
  document.getElementById("bag-link").replaceWith(link);
  bind(link);
  if (!drawer.open) drawer.showModal();
  drawer.querySelector("h2").focus();
  say(bag);
  drawer.onclose = () => (opener.isConnected ? opener : link).focus();
  drawer.onclick = ({ target }) => {
    if (target === drawer) drawer.close(); // what is beside it
  };
}
