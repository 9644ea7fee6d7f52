// Copies what stands in another element, and says so for a moment.
export default (button) => {
  if (!navigator.clipboard) return;
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.of).textContent.trim());
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = words), 2000);
  });
};
