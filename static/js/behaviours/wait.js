// Looks every few seconds whether there is something new to say, and loads the page anew when there is.
import { load } from "../swap.js";

export default (notice) => {
  const look = async () => {
    if (!document.hidden) {
      const found = await load(location.href).catch(() => null); // away for a moment
      if (found && !found.page.getElementById(notice.id)) return location.reload();
    }
    setTimeout(look, 4000);
  };
  setTimeout(look, 2000);
};
