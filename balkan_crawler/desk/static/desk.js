// The desk without this file shows the same; with it a range can be dragged on a plot.
"use strict";
