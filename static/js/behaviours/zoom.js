// A picture as large as the window, in a dialog made when it is first asked for.
export default (link) => {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const dialog = document.getElementById("zoom");
    const picture = link.querySelector("picture, img").cloneNode(true);
    picture.querySelector("source")?.setAttribute("sizes", "200vw");
    dialog.querySelector("picture, img")?.remove();
    dialog.append(picture);
    dialog.showModal();
    dialog.onclick = () => dialog.close();
  });
};
