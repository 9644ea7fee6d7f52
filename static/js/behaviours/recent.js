// The products seen last: this browser keeps which, the server makes their cards.
import { keep, kept } from "../kept.js";
import { load } from "../swap.js";

export default async (section) => {
  const { from, slug } = section.dataset;
  const slugs = kept("seen").filter((each) => each !== slug);
  keep("seen", slug, 5);
  if (!slugs.length) return;
  const list = (await load(from + slugs)).page.querySelector("ul");
  section.append(list ?? "");
  section.hidden = !list;
};
