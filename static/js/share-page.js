import { ShareForm } from "./share.js";

const form = document.querySelector("form.share");
if (form) new ShareForm(form, () => history.back());
