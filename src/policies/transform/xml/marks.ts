/**
 * The attribute that says what an element is in JSON, with `marks: true`: a list of these words.
 * `array`: an item of an array, though it stands alone. `list`: its `item` elements are the array's. `object`: an object,
 * though it has no members that show. `null`, `string`: what its text does not show. `json`: its text is JSON.
 */
export const MARK = "json-type";

/** The name of elements that are items of an array without a name of its own. */
export const ITEM = "item";
