// Explanations of resolutions (iterator/explanation.h) as lines of an answer on the control socket,
// a few at a time: the headline with what the command adds to it, a line for each step before
// those inside it, then lines of the command's own. Main thread.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <vector>

#include "daemon/control_answer.h"
#include "iterator/explanation.h"

namespace godwit::daemon {

struct ToldExplanation {
  boost::json::object head;  // "headline" is added to it
  iterator::Explanation explanation;
  std::vector<boost::json::object> tail;
  std::string failure;  // empty: the answer ends well; else with this, as negative
};

// The piece that tells it.
[[nodiscard]] ControlPiece tell(ToldExplanation told);

}  // namespace godwit::daemon
