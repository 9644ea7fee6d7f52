// A box that chooses every row of the page for one form.
export default (label) => {
  const box = label.querySelector("input");
  const rows = [...document.querySelectorAll(`input[type=checkbox][form="${label.dataset.form}"]`)];
  const count = () => {
    const chosen = rows.filter((row) => row.checked).length;
    box.checked = chosen === rows.length;
    box.indeterminate = chosen > 0 && !box.checked;
  };
  label.hidden = rows.length === 0;
  box.addEventListener("change", () => {
    for (const row of rows) row.checked = box.checked;
    rows[0].dispatchEvent(new Event("change", { bubbles: true }));
  });
  for (const row of rows) row.addEventListener("change", count);
  count();
};
