/** Where a report goes beside the terminal. */
export interface ReportArgs {
  readonly html?: string;
  readonly csv?: string;
}

/** As they stand in the help. */
export const REPORT_OPTIONS = [
  { flags: "--html <file>", summary: "write the report as one page with charts, too; - is standard output" },
  { flags: "--csv <file>", summary: "write the figures as a table for spreadsheets, too; - is standard output" },
];
