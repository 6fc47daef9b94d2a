#include "web/route.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

namespace godwit::web {
namespace {

struct Row {
  std::string_view path, command;
  Route::Kind kind;
};
constexpr Row rows[] = {
    {"/metrics", "metrics", Route::Kind::metrics}, {"/healthz", "status", Route::Kind::health},
    {"/api/status", "status", Route::Kind::api},   {"/api/stats", "stats", Route::Kind::api},
    {"/api/metrics", "metrics", Route::Kind::api}, {"/api/why", "why", Route::Kind::api},
    {"/api/servers", "servers", Route::Kind::api}, {"/api/top", "top", Route::Kind::api},
};

Route refused(unsigned status) {
  Route out;
  out.status = status;
  return out;
}

// Of each kind.
constexpr int top_rows = 100;

int digit_of(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Names and types as godwitd tells them are printable ASCII; so is what it is asked.
std::optional<std::string> decoded(std::string_view text, std::size_t octets_max) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int octet = static_cast<unsigned char>(text[i]);
    if (text[i] == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = digit_of(text[i + 1]), low = digit_of(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      octet = high * 16 + low;
      i += 2;
    }
    if (octet <= ' ' || octet > '~' || out.size() == octets_max) return std::nullopt;
    out += static_cast<char>(octet);
  }
  return out;
}

// Of the parameters of a query, those that `why` knows. False: one of them is no good.
bool take_parameters(std::string_view query, boost::json::object& request) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = std::min(parameter.find('='), parameter.size());
    const auto key = parameter.substr(0, equals);
    if (key != "name" && key != "type") continue;
    const auto value = decoded(parameter.substr(std::min(equals + 1, parameter.size())),
                               key == "name" ? name_octets_max : type_octets_max);
    if (!value || value->empty() || request.contains(key)) return false;
    request[key] = *value;
  }
  return true;
}

}  // namespace

Route route_of(std::string_view method, std::string_view target) {
  if (method != "GET" && method != "HEAD") return refused(405);
  if (!target.starts_with('/')) return refused(400);
  const auto mark = std::min(target.find('?'), target.size());
  const auto path = target.substr(0, mark);
  const auto query = target.substr(std::min(mark + 1, target.size()));
  Route out;
  out.status = 200;
  if (const auto asset = std::ranges::find(assets(), path, &Asset::path); asset != assets().end()) {
    out.kind = Route::Kind::asset;
    out.asset = &*asset;
    return out;
  }
  const auto* const row = std::ranges::find(rows, path, &Row::path);
  if (row == std::end(rows)) return refused(404);
  boost::json::object request{{"command", row->command}};
  if (row->command == "top") request["limit"] = top_rows;
  if (row->command == "why") {
    if (!take_parameters(query, request)) return refused(400);
    out.has_parameters = request.size() > 1;
  }
  out.kind = row->kind;
  out.request = boost::json::serialize(request);
  return out;
}

}  // namespace godwit::web
