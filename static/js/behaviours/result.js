// What a search engine would show follows what is typed.
export default (result) => {
  for (const part of result.querySelectorAll("[data-of]")) {
    const field = document.getElementById(part.dataset.of);
    field.addEventListener("input", () => (part.textContent = field.value.slice(0, 155)));
  }
};
