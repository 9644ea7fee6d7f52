// The staff's pages: binds what is marked, as app.js does for shoppers.
import all from "./behaviours/all.js";
import copy from "./behaviours/copy.js";
import drag from "./behaviours/drag.js";
import every from "./behaviours/every.js";
import livecount from "./behaviours/livecount.js";
import many from "./behaviours/many.js";
import pictures from "./behaviours/pictures.js";
import print from "./behaviours/print.js";
import result from "./behaviours/result.js";
import slash from "./behaviours/slash.js";
import unsaved from "./behaviours/unsaved.js";
import upload from "./behaviours/upload.js";
import { listen, onFresh } from "./swap.js";

const behaviours = { all, copy, drag, every, livecount, many, pictures, print, result, slash, unsaved, upload };

onFresh((root) => {
  for (const element of [root, ...root.querySelectorAll("[data-behaviour]")]) {
    behaviours[element.dataset?.behaviour]?.(element);
  }
  for (const element of root.querySelectorAll("[data-without-js]")) element.hidden = true;
});
listen();
