// The figures of every table of a report, on the terminal as on its page.
export * from "../../../lab/report/columns.ts";
