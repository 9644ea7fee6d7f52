// A link to a page that is here as a dialog too.
export default (link) =>
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById(link.dataset.opens).showModal();
  });
