// Shows − and +, which step the number between its bounds.
export default (group) => {
  const input = group.querySelector("input");
  const buttons = group.querySelectorAll("button");
  const mark = () => {
    for (const button of buttons) {
      const next = Number(input.value) + Number(button.dataset.step);
      button.disabled = next < Number(input.min) || next > Number(input.max);
    }
  };
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      input.value = Number(input.value) + Number(button.dataset.step);
      mark();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  input.addEventListener("input", mark);
  mark();
};
