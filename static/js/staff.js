// The staff's pages: binds what is marked, as app.js does for shoppers.
import all from "./behaviours/all.js";
import copy from "./behaviours/copy.js";
import drag from "./behaviours/drag.js";
import every from "./behaviours/every.js";
import livecount from "./behaviours/livecount.js";
import many from "./behaviours/many.js";
import print from "./behaviours/print.js";
import slash from "./behaviours/slash.js";
import { listen, onFresh } from "./swap.js";

const behaviours = { all, copy, drag, every, livecount, many, print, slash };

onFresh((root) => {
  for (const element of [root, ...root.querySelectorAll("[data-behaviour]")]) {
    behaviours[element.dataset?.behaviour]?.(element);
  }
  for (const element of root.querySelectorAll("[data-without-js]")) element.hidden = true;
});
listen();
