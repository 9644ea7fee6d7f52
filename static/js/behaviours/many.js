// What is done to the rows chosen says how many there are, and stays in sight while there are any.
export default (form) => {
  const words = form.querySelector(".many-count");
  const before = words.textContent;
  const count = () => {
    const chosen = [...form.elements].filter((box) => box.type === "checkbox" && box.checked).length;
    form.classList.toggle("many-some", chosen > 0);
    words.textContent = chosen ? (chosen === 1 ? form.dataset.one : form.dataset.more.replace("#", chosen)) : before;
  };
  words.setAttribute("role", "status");
  document.addEventListener("change", (event) => event.target.form === form && count());
  count();
};
