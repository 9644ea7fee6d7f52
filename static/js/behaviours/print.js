// A button that only helps where there is a way to print.
export default (button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
};
