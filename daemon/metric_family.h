// A family of metrics as the command `metrics` answers it: docs/control.md has the families. To
// JSON and back; nothing that is read is trusted. Plain values.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace godwit::daemon {

enum class MetricType : std::uint8_t { counter, gauge, histogram };

[[nodiscard]] std::string_view to_text(MetricType type) noexcept;

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

struct MetricSample {
  MetricLabels labels;
  double value = 0;  // not of a histogram
  // Of a histogram: seconds, rising; one count more than there are bounds, not cumulative; seconds.
  std::vector<double> bounds;
  std::vector<std::uint64_t> counts;
  double sum = 0;
};

struct MetricFamily {
  std::string name;  // with its unit, as Prometheus has it: godwit_uptime_seconds
  MetricType type = MetricType::counter;
  std::string help;  // a sentence without its full stop
  std::vector<MetricSample> samples;
};

[[nodiscard]] boost::json::object to_json(const MetricFamily& family);
// Nothing: it is none, or has a name or a label that Prometheus would not take.
[[nodiscard]] std::optional<MetricFamily> metric_family_from(const boost::json::object& line);

}  // namespace godwit::daemon
