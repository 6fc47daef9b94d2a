#include "daemon/metric_family.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cmath>
#include <functional>

namespace godwit::daemon {
namespace {

// As many as any family may have, whoever says so.
constexpr std::size_t samples_max = 4096, labels_max = 16, bounds_max = 256;
constexpr std::string_view type_names[] = {"counter", "gauge", "histogram"};
// Above, a double skips numbers.
constexpr double exact_integer_max = 9007199254740992;

// Whole numbers without a point, as counters are.
boost::json::value metric_number(double value) {
  if (value >= 0 && value < exact_integer_max && std::floor(value) == value)
    return static_cast<std::uint64_t>(value);
  return value;
}

bool is_metric_name(std::string_view name, bool may_have_colon) {
  const auto is_letter = [may_have_colon](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (may_have_colon && c == ':');
  };
  const auto is_good = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, is_good);
}

template <class Number>
std::optional<Number> number_in(const boost::json::object& from, std::string_view key) {
  const auto* const value = from.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  boost::system::error_code error;
  const auto number = value->to_number<Number>(error);
  if (error) return std::nullopt;
  return number;
}

template <class Number>
std::optional<std::vector<Number>> numbers_in(const boost::json::object& from,
                                              std::string_view key) {
  const auto* const value = from.if_contains(key);
  const auto* const items = value == nullptr ? nullptr : value->if_array();
  if (items == nullptr || items->size() > bounds_max + 1) return std::nullopt;
  std::vector<Number> out;
  for (const auto& item : *items) {
    boost::system::error_code error;
    if (item.is_number()) out.push_back(item.to_number<Number>(error));
    if (error || !item.is_number()) return std::nullopt;
  }
  return out;
}

std::optional<MetricLabels> labels_in(const boost::json::object& from) {
  const auto* const value = from.if_contains("labels");
  const auto* const members = value == nullptr ? nullptr : value->if_object();
  if (members == nullptr || members->size() > labels_max) return std::nullopt;
  MetricLabels out;
  for (const auto& member : *members) {
    if (!is_metric_name(member.key(), false) || !member.value().is_string()) return std::nullopt;
    out.emplace_back(member.key(), member.value().get_string());
  }
  return out;
}

bool take_histogram(const boost::json::object& from, MetricSample& out) {
  auto bounds = numbers_in<double>(from, "bounds");
  auto counts = numbers_in<std::uint64_t>(from, "counts");
  const auto sum = number_in<double>(from, "sum");
  const bool is_good = bounds && counts && sum && counts->size() == bounds->size() + 1 &&
                       std::ranges::adjacent_find(*bounds, std::greater_equal<>()) == bounds->end();
  if (!is_good) return false;
  out.bounds = std::move(*bounds);
  out.counts = std::move(*counts);
  out.sum = *sum;
  return true;
}

std::optional<MetricSample> sample_in(const boost::json::object& from, MetricType type) {
  MetricSample out;
  auto labels = labels_in(from);
  if (!labels) return std::nullopt;
  out.labels = std::move(*labels);
  if (type == MetricType::histogram)
    return take_histogram(from, out) ? std::optional(std::move(out)) : std::nullopt;
  const auto value = number_in<double>(from, "value");
  if (!value) return std::nullopt;
  out.value = *value;
  return out;
}

boost::json::object sample_to_json(const MetricSample& sample, MetricType type) {
  boost::json::object labels;
  for (const auto& [name, value] : sample.labels) labels[name] = std::string_view(value);
  boost::json::object out;
  out["labels"] = std::move(labels);
  if (type != MetricType::histogram) {
    out["value"] = metric_number(sample.value);
    return out;
  }
  boost::json::array bounds, counts;
  for (const double bound : sample.bounds) bounds.emplace_back(metric_number(bound));
  for (const std::uint64_t count : sample.counts) counts.emplace_back(count);
  out["bounds"] = std::move(bounds);
  out["counts"] = std::move(counts);
  out["sum"] = metric_number(sample.sum);
  return out;
}

}  // namespace

std::string_view to_text(MetricType type) noexcept {
  return type_names[static_cast<std::size_t>(type)];
}

boost::json::object to_json(const MetricFamily& family) {
  boost::json::array samples;
  for (const MetricSample& sample : family.samples)
    samples.emplace_back(sample_to_json(sample, family.type));
  return {{"family", family.name},
          {"type", to_text(family.type)},
          {"help", family.help},
          {"samples", std::move(samples)}};
}

std::optional<MetricFamily> metric_family_from(const boost::json::object& line) {
  const auto text_at = [&line](std::string_view key) -> std::optional<std::string_view> {
    const auto* const value = line.if_contains(key);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string_view(value->get_string());
  };
  const auto name = text_at("family"), type = text_at("type"), help = text_at("help");
  const auto* const value = line.if_contains("samples");
  const auto* const samples = value == nullptr ? nullptr : value->if_array();
  if (!name || !is_metric_name(*name, true) || !type || !help || samples == nullptr ||
      samples->size() > samples_max)
    return std::nullopt;
  const auto* const known = std::ranges::find(type_names, *type);
  if (known == std::end(type_names)) return std::nullopt;
  MetricFamily out;
  out.name = *name;
  out.type = static_cast<MetricType>(known - std::begin(type_names));
  out.help = *help;
  for (const auto& item : *samples) {
    const auto* const members = item.if_object();
    auto sample = members == nullptr ? std::nullopt : sample_in(*members, out.type);
    if (!sample) return std::nullopt;
    out.samples.push_back(std::move(*sample));
  }
  return out;
}

}  // namespace godwit::daemon
