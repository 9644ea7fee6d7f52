// The staff's pages. What has data-every is renewed so often, in seconds; once it comes without, so is the page.
import { load, renew } from "./swap.js";

const shown = () => document.querySelector("[data-every]");

async function look() {
  const found = document.hidden ? null : await load(location.href).catch(() => null); // away for a moment
  const next = found?.page.getElementById(shown().id);
  if (next && !next.dataset.every) return location.reload();
  if (next) renew(found.page, [next.id]);
  rest();
}

const rest = () => setTimeout(look, shown().dataset.every * 1000);

rest();
