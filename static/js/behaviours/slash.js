// A field that "/" leads to, from anywhere on the page but another field, unless a box on the search's page has it off.
import { keep, kept } from "../kept.js";

export default (field) => {
  const box = document.getElementById("slash");
  const show = () => {
    const on = kept("slash")[0] !== "off";
    field.ariaKeyShortcuts = on ? "/" : null;
    if (box) box.checked = on;
  };
  show();
  if (box) {
    box.closest("[hidden]").hidden = false;
    box.onchange = () => {
      keep("slash", box.checked ? "on" : "off", 1);
      show();
    };
  }
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || !field.ariaKeyShortcuts || busy || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
};
