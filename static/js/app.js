// Binds what is marked: data-behaviour names a behaviour, data-swap the regions that a link or form renews.
import add from "./behaviours/add.js";
import bag from "./behaviours/bag.js";
import buybar from "./behaviours/buybar.js";
import country from "./behaviours/country.js";
import filters from "./behaviours/filters.js";
import more from "./behaviours/more.js";
import opener from "./behaviours/opener.js";
import print from "./behaviours/print.js";
import quantity from "./behaviours/quantity.js";
import recent from "./behaviours/recent.js";
import suggestions from "./behaviours/suggestions.js";
import wait from "./behaviours/wait.js";
import zoom from "./behaviours/zoom.js";
import { listen, onFresh } from "./swap.js";

const behaviours = {
  add, bag, buybar, country, filters, more, opener, print, quantity, recent,
  suggestions, wait, zoom,
};

onFresh((root) => {
  for (const element of [root, ...root.querySelectorAll("[data-behaviour]")]) {
    behaviours[element.dataset?.behaviour]?.(element);
  }
  for (const element of root.querySelectorAll("[data-without-js]")) element.hidden = true;
});
listen();
