export default {
  extends: ["html-validate:recommended"],
  rules: {
    "aria-label-misuse": ["error", { allowAnyNamable: true }], // a list may be named as well
    "doctype-style": ["error", { style: "lowercase" }],
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit"] }], // the filters of one facet
    "long-title": "off", // as long as the product's name
    "meta-refresh": "off", // for who has no JavaScript, while a payment is being confirmed
    "no-implicit-button-type": "off", // a button in a form that says nothing sends it, as these are meant to
    "no-trailing-whitespace": "off", // what a template leaves where nothing is said
    "prefer-native-element": ["error", { exclude: ["listbox"] }], // suggestions hold pictures, prices and groups
  },
};
