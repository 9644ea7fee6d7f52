// Rows that are dragged to another place send the form named in data-form, as the buttons beside them would. Held over
// its middle, a row of a tree (data-nest) takes the one dragged into itself.
const MIDDLE = 0.3;

export default (list) => {
  const form = document.getElementById(list.dataset.form);
  const nest = "nest" in list.dataset;
  let dragged = null;
  const where = (row, y) => {
    const box = row.getBoundingClientRect();
    const at = (y - box.top) / box.height;
    if (nest && at > MIDDLE && at < 1 - MIDDLE) return "into";
    return at < 0.5 ? "before" : "after";
  };
  const clear = () => {
    for (const row of list.children) delete row.dataset.drop;
  };
  const following = (row) => {
    let next = row.nextElementSibling;
    while (next && (next === dragged || next.dataset.parent !== row.dataset.parent)) next = next.nextElementSibling;
    return next?.dataset.id ?? "";
  };
  for (const row of list.children) row.draggable = true;
  list.classList.add("draggable");
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-id]");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.id);
  });
  list.addEventListener("dragover", (event) => {
    const row = event.target.closest("[data-id]");
    if (!dragged || !row || row === dragged) return;
    event.preventDefault();
    clear();
    row.dataset.drop = where(row, event.clientY);
  });
  list.addEventListener("dragend", () => {
    clear();
    dragged = null;
  });
  list.addEventListener("drop", (event) => {
    const row = event.target.closest("[data-id]");
    if (!dragged || !row || row === dragged) return;
    event.preventDefault();
    const place = where(row, event.clientY);
    form.elements.namedItem("item").value = dragged.dataset.id;
    form.elements.namedItem("below").value = place === "into" ? row.dataset.id : (row.dataset.parent ?? "");
    form.elements.namedItem("before").value = place === "before" ? row.dataset.id : place === "after" ? following(row) : "";
    form.requestSubmit();
  });
};
