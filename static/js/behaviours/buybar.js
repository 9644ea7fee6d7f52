// Comes when the form it belongs to has left the view, and goes when it is back.
export default (bar) => {
  const form = document.getElementById(bar.dataset.watches);
  new IntersectionObserver(([entry]) => (bar.hidden = entry.isIntersecting)).observe(form);
};
