"""The matrix of a run: rows are cases, columns are libraries."""

OK, FAILED, LACKING = "ok", "FAILED", "not supported"
MARKS = {OK: "ok", FAILED: "FAILED", LACKING: "–"}


class Matrix:
    def __init__(self, libraries):
        self.libraries, self.rows = libraries, {}

    def add(self, case, library, verdict, why=""):
        self.rows.setdefault(case, {})[library.name] = (verdict, " ".join(str(why).split()))

    def counted(self, verdict):
        return sum(cell[0] == verdict for row in self.rows.values() for cell in row.values())

    def summary(self):
        return (f"{self.counted(OK)} ok, {self.counted(FAILED)} failed, "
                f"{self.counted(LACKING)} not supported by the library")

    def text(self):
        """For a terminal."""
        width = max(map(len, self.rows))
        lines = [" " * width + "".join(f"  {lib.name:>13}" for lib in self.libraries)]
        for case, row in self.rows.items():
            cells = "".join(f"  {MARKS[row[lib.name][0]]:>13}" for lib in self.libraries)
            lines.append(f"{case:<{width}}{cells}")
        for case, library, why in self.reasons(FAILED):
            lines.append(f"FAILED  {library}, {case}: {why}")
        return "\n".join(lines)

    def reasons(self, verdict):
        for case, row in self.rows.items():
            for library, (found, why) in row.items():
                if found == verdict:
                    yield case, library, why

    def markdown(self, about):
        """For target/interop/matrix.md: the table, and why a cell is not ok."""
        lines = [about, "", "| | " + " | ".join(lib.name for lib in self.libraries) + " |",
                 "|---" * (len(self.libraries) + 1) + "|"]
        notes = {}
        for case, row in self.rows.items():
            cells = []
            for library in self.libraries:
                verdict, why = row[library.name]
                cell = MARKS[verdict]
                if verdict != FAILED and why:
                    key = f"{library.name} {why}"
                    cell += f" ({notes.setdefault(key, len(notes) + 1)})"
                cells.append(cell)
            lines.append(f"| {case} | " + " | ".join(cells) + " |")
        lines += ["", self.summary() + ".", ""]
        lines += [f"{number}. {note}" for note, number in notes.items()]
        failed = [f"- {library}, {case}: {why}" for case, library, why in self.reasons(FAILED)]
        if failed:
            lines += ["", "What failed:", "", *failed]
        return "\n".join(lines) + "\n"
