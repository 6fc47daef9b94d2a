#include "daemon/metrics_text.h"

#include <charconv>
#include <cmath>

namespace godwit::daemon {
namespace {

// The shortest text that reads as the same number.
std::string prometheus_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  // Whole numbers are easier to read in full, as far as they are short.
  char whole[32];
  const auto whole_end =
      std::to_chars(whole, whole + sizeof whole, value, std::chars_format::fixed).ptr;
  if (whole_end != whole && whole_end - whole <= 17 && std::floor(value) == value)
    return {whole, whole_end};
  return {text, end};
}

std::string prometheus_escaped(std::string_view text, bool with_quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (with_quotes && c == '"')) out += '\\';
    out += c;
  }
  return out;
}

// `le` is a histogram's own label, which comes last; empty: there is none.
std::string prometheus_labels(const MetricLabels& labels, std::string_view le = {}) {
  std::string out;
  const auto add = [&out](std::string_view name, std::string_view value) {
    out += out.empty() ? '{' : ',';
    out += name;
    out += "=\"" + prometheus_escaped(value, true) + '"';
  };
  for (const auto& [name, value] : labels) add(name, value);
  if (!le.empty()) add("le", le);
  return out.empty() ? out : out + '}';
}

std::string prometheus_histogram(const std::string& name, const MetricSample& sample) {
  std::string out;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < sample.counts.size(); ++i) {
    below += sample.counts[i];
    const std::string le =
        i < sample.bounds.size() ? prometheus_number(sample.bounds[i]) : std::string("+Inf");
    out += name + "_bucket" + prometheus_labels(sample.labels, le) + ' ' + std::to_string(below) +
           '\n';
  }
  const std::string labels = prometheus_labels(sample.labels);
  out += name + "_sum" + labels + ' ' + prometheus_number(sample.sum) + '\n';
  return out + name + "_count" + labels + ' ' + std::to_string(below) + '\n';
}

}  // namespace

std::string prometheus_text(const MetricFamily& family) {
  std::string out = "# HELP " + family.name + ' ' + prometheus_escaped(family.help, false) + '\n';
  out += "# TYPE " + family.name + ' ' + std::string(to_text(family.type)) + '\n';
  for (const MetricSample& sample : family.samples) {
    if (family.type == MetricType::histogram)
      out += prometheus_histogram(family.name, sample);
    else
      out += family.name + prometheus_labels(sample.labels) + ' ' +
             prometheus_number(sample.value) + '\n';
  }
  return out;
}

std::string prometheus_text(std::span<const MetricFamily> families) {
  std::string out;
  for (const MetricFamily& family : families) out += prometheus_text(family);
  return out;
}

}  // namespace godwit::daemon
