// Families of metrics in the text format of Prometheus, version 0.0.4: what a scrape gets. Pure.
#pragma once

#include <span>
#include <string>

#include "daemon/metric_family.h"

namespace godwit::daemon {

// The type that goes with it over HTTP.
inline constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

// One family: HELP, TYPE, then its samples in their order. Of a histogram the counts become
// cumulative, up to le="+Inf", with _sum and _count behind them.
[[nodiscard]] std::string prometheus_text(const MetricFamily& family);
[[nodiscard]] std::string prometheus_text(std::span<const MetricFamily> families);

}  // namespace godwit::daemon
