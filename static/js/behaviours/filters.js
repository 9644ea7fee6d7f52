// Where there is no room for the filters beside the list, their link opens them in a dialog.
export default (link) =>
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const sheet = document.getElementById("filter-sheet");
    const place = document.querySelector(".list-side");
    const move = (to) => to.append(document.getElementById("filters")); // it may have been renewed meanwhile
    move(sheet.querySelector(".dialog-body"));
    sheet.showModal();
    sheet.onclose = () => {
      move(place);
      document.getElementById(link.id).focus();
    };
  });
