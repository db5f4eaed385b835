"""Reads every CSV file of output folders with pandas, by default settings, and
prints the rows as JSON: {folder: {file: [{column: value}]}}."""
import glob
import json
import os
import sys

import pandas

found = {}
for folder in sys.argv[1:]:
    found[folder] = {}
    for path in glob.glob(folder + "/*.csv"):
        frame = pandas.read_csv(path)
        for name in frame.columns:
            if not name.isidentifier():
                sys.exit(f"{path}: {name} is no name for an attribute")
        found[folder][os.path.basename(path)] = json.loads(frame.to_json(orient="records", double_precision=15))
print(json.dumps(found))
