// Pictures are put in order by dragging them; the buttons beside each do the same.
import { load, posted, renew } from "../swap.js";

export default (list) => {
  let dragged = null;
  const pictures = [...list.children];

  async function drop(place) {
    const form = dragged.querySelector(".picture-move");
    const options = posted(form);
    options.body.set("place", place + 1);
    const { page } = await load(form.action, options);
    renew(page, ["picture-list"]);
  }

  for (const [place, picture] of pictures.entries()) {
    picture.draggable = true;
    picture.addEventListener("dragstart", (event) => {
      if (event.target !== picture) return;
      dragged = picture;
      event.dataTransfer.effectAllowed = "move";
      picture.classList.add("dragged");
    });
    picture.addEventListener("dragend", () => {
      picture.classList.remove("dragged");
      for (const each of pictures) each.classList.remove("drop-here");
    });
    picture.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      for (const each of pictures) each.classList.toggle("drop-here", each === picture && each !== dragged);
    });
    picture.addEventListener("drop", (event) => {
      event.preventDefault();
      if (dragged && dragged !== picture) drop(place);
    });
  }
};
