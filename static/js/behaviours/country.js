// The fields of the address, the ways of delivery and the total follow what is chosen.
import { load, posted, renew } from "../swap.js";

const totals = ["summary", "summary-folded"];
const followers = { country: ["ways", "address", ...totals], delivery: totals };

export default (form) => {
  const button = form.querySelector("[value=country]");
  let latest = 0;
  form.addEventListener("change", async ({ target }) => {
    if (!followers[target.name]) return;
    const turn = ++latest;
    try {
      const { page } = await load(form.action, posted(form, button));
      if (turn !== latest) return;
      for (const [name, value] of new FormData(form)) {
        const field = page.querySelector(`#address [name="${name}"]`);
        if (field) field.value = value; // what was typed meanwhile
      }
      renew(page, followers[target.name]);
    } catch {
      form.requestSubmit(button);
    }
  });
};
