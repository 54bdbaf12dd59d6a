/** A text with its variables filled in, and why one could not be. */
export interface FilledText {
  readonly text: string;
  readonly problem: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /:-|-|:\?|\?|:\+|\+/y;

/**
 * Fills in variables as Compose does: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`,
 * `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`; with a colon an empty variable counts as unset, and what stands
 * behind the operator may hold variables itself. `$$` is a dollar sign. Source: the Compose specification, section
 * "Interpolation". There an unset variable without a default is an empty text and a warning; here it is a problem, since
 * an empty port is of no use to anybody.
 */
export function fillVariables(text: string, env: Environment): FilledText {
  let problem: string | undefined;
  const complain = (message: string): string => {
    problem ??= message;
    return "";
  };
  const fill = (part: string): string => {
    let out = "";
    for (let at = 0; at < part.length; ) {
      const dollar = part.indexOf("$", at);
      if (dollar === -1) return out + part.slice(at);
      out += part.slice(at, dollar);
      if (part[dollar + 1] === "$") {
        out += "$";
        at = dollar + 2;
      } else if (part[dollar + 1] === "{") {
        const end = closingBrace(part, dollar + 2);
        if (end === -1) return complain(`\${ is not closed in ${JSON.stringify(text)}`);
        out += expand(part.slice(dollar + 2, end));
        at = end + 1;
      } else {
        const name = matchAt(NAME, part, dollar + 1);
        if (name === "") return complain(`a $ that is no variable is written $$ in ${JSON.stringify(text)}`);
        out += valueOf(name);
        at = dollar + 1 + name.length;
      }
    }
    return out;
  };
  const valueOf = (name: string): string => env[name] ?? complain(`the variable ${name} is not set`);
  const expand = (inside: string): string => {
    const name = matchAt(NAME, inside, 0);
    const operator = matchAt(OPERATOR, inside, name.length);
    const rest = inside.slice(name.length + operator.length);
    if (name === "" || (operator === "" && rest !== "")) return complain(`\${${inside}} is not a variable`);
    const value = env[name];
    const isSet = value !== undefined && !(operator.startsWith(":") && value === "");
    if (operator === "") return valueOf(name);
    if (operator.endsWith("+")) return isSet ? fill(rest) : "";
    if (isSet) return value;
    return operator.endsWith("-") ? fill(rest) : complain(fill(rest) || `the variable ${name} is not set`);
  };
  const filled = fill(text);
  return { text: filled, problem };
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** Of the brace that was opened before `at`; -1 if there is none. */
function closingBrace(text: string, at: number): number {
  let depth = 1;
  for (let i = at; i < text.length; i++) {
    if (text.startsWith("${", i)) depth++;
    else if (text[i] === "}" && --depth === 0) return i;
  }
  return -1;
}
