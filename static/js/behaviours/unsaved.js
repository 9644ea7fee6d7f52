// A form with changes says so at the bottom of the window, and asks before they are left behind.
export default (form) => {
  const words = form.querySelector(".save-words");
  const shown = () => new URLSearchParams(new FormData(form)).toString();
  const before = shown();
  const wrong = Boolean(form.querySelector("[aria-invalid]"));
  let leaving = false;
  const changed = () => wrong || shown() !== before;
  const look = () => {
    form.classList.toggle("unsaved", changed());
    words.textContent = changed() ? form.dataset.unsaved : "";
  };
  words.setAttribute("role", "status");
  form.addEventListener("input", look);
  form.addEventListener("submit", () => (leaving = true));
  form.querySelector(".save-bar a").addEventListener("click", () => (leaving = true));
  addEventListener("beforeunload", (event) => {
    if (form.isConnected && !leaving && changed()) event.preventDefault();
  });
  look();
};
