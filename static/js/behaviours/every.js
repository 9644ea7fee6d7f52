// What has data-every is renewed so often, in seconds; once it comes without, so is the page.
import { load, renew } from "../swap.js";

export default ({ id, dataset }) => {
  async function look() {
    const found = document.hidden ? null : await load(location.href).catch(() => null); // away for a moment
    const next = found?.page.getElementById(id);
    if (!next) return rest();
    if (!next.dataset.every) return location.reload();
    renew(found.page, [id]); // which binds the new one
  }

  const rest = () => setTimeout(look, dataset.every * 1000);

  rest();
};
