/**
 * @param {number | undefined} value
 * @param {number} digits behind the point
 * @returns {string} "-" for a figure that is missing
 */
export function fixed(value, digits) {
  return value === undefined ? "-" : value.toFixed(digits);
}

/**
 * @param {number | undefined} share 1 is all
 * @returns {string}
 */
export function percent(share) {
  return share === undefined ? "-" : `${Math.round(share * 100)}%`;
}
