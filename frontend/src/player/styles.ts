/** The styles that every player has. */
import "../style/tokens.css";
import "../style/base.css";
import "../style/page.css";
import "../style/editor.css";
import "../style/graph.css";
import "../style/flow.css";
import "../style/values.css";
import "../style/node.css";
import "../style/side.css";
import "../style/transport.css";
