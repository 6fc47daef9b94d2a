#include "bench/hit_rate/svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace godwit::bench {
namespace {

constexpr double chart_width = 380;
constexpr double chart_height = 260;
constexpr double margin_left = 44;
constexpr double margin_right = 12;
constexpr double margin_top = 30;
constexpr double margin_bottom = 34;
constexpr double legend_line = 18;
constexpr std::size_t charts_abreast = 3;

// Distinct for most eyes; the yardsticks are drawn grey and dashed.
constexpr std::array<const char*, 9> colours{"#8c564b", "#e69f00", "#56b4e9", "#009e73", "#cc79a7",
                                             "#b8a800", "#7f7f7f", "#0072b2", "#d62728"};

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

struct Anchor {
  double x;
  double y;
  const char* align;
};

std::string label(const Anchor& at, const std::string& text) {
  return "<text x=\"" + number(at.x) + "\" y=\"" + number(at.y) + "\" text-anchor=\"" + at.align +
         "\">" + escaped(text) + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
         "\" y2=\"" + number(y2) + "\" stroke=\"#ddd\"/>\n";
}

// How the lines of a row look, the same in every chart.
std::string style_of(const Result& result, const Row& row) {
  if (!row.is_policy)
    return "stroke=\"#333\" stroke-width=\"1.2\" stroke-dasharray=\"" +
           std::string(row.name == optimum_row ? "6 3" : "2 3") + "\"";
  std::size_t place = 0;
  for (const Row& other : result.rows) {
    if (&other == &row) break;
    if (other.is_policy) ++place;
  }
  return std::string("stroke=\"") + colours[place % colours.size()] + "\" stroke-width=\"1.6\"";
}

class Chart {
 public:
  Chart(const Result& result, Measure measure) : result_(result), measure_(measure) {
    double low = 1;
    double high = 0;
    for (const Row& row : result.rows) {
      for (const Tally& tally : row.by_size) {
        low = std::min(low, measured(tally, measure));
        high = std::max(high, measured(tally, measure));
      }
    }
    low_ = std::floor(low * 10) / 10;
    high_ = std::max(std::ceil(high * 10) / 10, low_ + 0.1);
  }

  [[nodiscard]] std::string draw() const {
    std::string text = label({chart_width / 2, 18, "middle"}, result_.title);
    for (double share = low_; share < high_ + 0.01; share += 0.1) {
      text += line(margin_left, y_of(share), chart_width - margin_right, y_of(share));
      text += label({margin_left - 6, y_of(share) + 4, "end"}, number(100 * share));
    }
    for (std::size_t i = 0; i < result_.sizes.size(); ++i) {
      text += label({x_of(i), chart_height - 14, "middle"}, size_text(result_.sizes[i]));
    }
    for (const Row& row : result_.rows) {
      text += "<polyline fill=\"none\" " + style_of(result_, row) + " points=\"";
      for (std::size_t i = 0; i < row.by_size.size(); ++i) {
        text += number(x_of(i)) + "," + number(y_of(measured(row.by_size[i], measure_))) + " ";
      }
      text += "\"/>\n";
    }
    return text;
  }

 private:
  // Sizes are set out by their logarithm.
  [[nodiscard]] double x_of(std::size_t i) const {
    const double first = std::log(static_cast<double>(result_.sizes.front()));
    const double last = std::log(static_cast<double>(result_.sizes.back()));
    const double at = std::log(static_cast<double>(result_.sizes[i]));
    const double width = chart_width - margin_left - margin_right;
    const double inset = width / 12;
    if (last <= first) return margin_left + width / 2;
    return margin_left + inset + (width - 2 * inset) * (at - first) / (last - first);
  }
  [[nodiscard]] double y_of(double share) const {
    const double height = chart_height - margin_top - margin_bottom;
    return margin_top + height * (high_ - share) / (high_ - low_);
  }

  const Result& result_;
  Measure measure_;
  double low_ = 0;
  double high_ = 1;
};

std::string legend(const Result& result, double top) {
  std::string text;
  double x = margin_left;
  for (const Row& row : result.rows) {
    text += "<line x1=\"" + number(x) + "\" y1=\"" + number(top - 4) + "\" x2=\"" + number(x + 24) +
            "\" y2=\"" + number(top - 4) + "\" " + style_of(result, row) + "/>\n";
    text += label({x + 28, top, "start"}, row.name);
    x += 100;
  }
  return text;
}

}  // namespace

std::string svg_of(std::span<const Result> results, Measure measure) {
  const std::size_t abreast = std::clamp<std::size_t>(results.size(), 1, charts_abreast);
  const std::size_t rows = (results.size() + abreast - 1) / abreast;
  // The legend has the rows of the trace with the most of them.
  const auto fullest = std::max_element(
      results.begin(), results.end(),
      [](const Result& a, const Result& b) { return a.rows.size() < b.rows.size(); });
  const std::size_t entries = fullest == results.end() ? 0 : fullest->rows.size();
  const double width = std::max(chart_width * static_cast<double>(abreast),
                                margin_left + 100 * static_cast<double>(entries));
  const double charts_height = chart_height * static_cast<double>(rows);
  std::string text = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(width) +
                     "\" height=\"" + number(charts_height + 2 * legend_line) +
                     "\" font-family=\"sans-serif\" font-size=\"11\">\n"
                     "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  for (std::size_t i = 0; i < results.size(); ++i) {
    const double x = chart_width * static_cast<double>(i % abreast);
    const double y = chart_height * static_cast<double>(i / abreast);
    text += "<g transform=\"translate(" + number(x) + " " + number(y) + ")\">\n" +
            Chart(results[i], measure).draw() + "</g>\n";
  }
  if (entries > 0) text += legend(*fullest, charts_height + legend_line);
  return text + "</svg>\n";
}

}  // namespace godwit::bench
