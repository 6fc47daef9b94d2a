// godwit.yaml(5) from the table, in the man macros.
#include "conf/print.h"
#include "conf/settings.h"
#include "conf/text_wrap.h"

namespace godwit::conf {
namespace {

constexpr std::string_view introduction = R"(.SH NAME
godwit.yaml \- configuration of the recursive DNS resolver godwitd
.SH SYNOPSIS
.I /etc/godwit/godwit.yaml
.SH DESCRIPTION
.BR godwitd (8)
reads its configuration from a file in YAML.
An empty file, or none, is a good configuration:
the program then listens on the loopback addresses and answers this host alone.
.PP
A setting is named here by its path: the setting
.B cache.size
is the key
.B size
in the map
.BR cache :
.PP
.RS
.EX
cache:
  size: 512MiB
  max\-negative\-ttl: 15m
access\-control:
  allow: ["127.0.0.0/8", "::1/128", "192.0.2.0/24"]
resolver:
  forward\-zones:
    \- {name: corp.example, servers: ["192.0.2.53", "2001:db8::53@5353"]}
.EE
.RE
.PP
Anchors, aliases, tags and more than one document in the file are not accepted,
nor is a file over 1 MiB.
A key that is not known, and a key that is given twice, are errors.
.PP
.B godwitd \-\-check\-config
tells every problem with file, line and column and the nearest known key.
.B godwitd \-\-print\-config
shows the configuration in effect and where each value comes from.
.PP
A size is a number of bytes, or a number with KiB, MiB or GiB.
A duration is a number with ms, s, m, h or d, and a number alone is seconds.
Names and addresses may stand without quotes where YAML lets them;
in a list, an IPv6 address needs them.
.PP
The program reads the file again when it gets SIGHUP.
A file with a problem changes nothing.
Settings marked
.I "needs a restart"
keep their value until the program starts again; all others take effect at once.
)";

constexpr std::string_view closing = R"(.SH FILES
.TP
.I /etc/godwit/godwit.yaml
The configuration, unless the command line names another.
.SH SEE ALSO
.BR godwitd (8)
)";

// What the formatter would take as its own: backslashes, hyphens that must stay hyphens, and
// control lines.
std::string escaped(std::string_view text) {
  std::string out;
  if (text.starts_with('.') || text.starts_with('\'')) out += "\\&";
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

// One sentence a line, as man pages are written, and lines of a bearable length.
std::string paragraph(std::string_view text) {
  std::string out;
  for (const std::string& line : wrapped(text, 110)) out += escaped(line) + '\n';
  return out;
}

class ManualPrinter {
 public:
  void print_group(std::string_view group) {
    for (const Child& child : children(settings_table(), group)) {
      if (child.setting != nullptr) {
        print_setting(*child.setting);
      } else {
        out_ += ".SS " + escaped(child.group->path) + '\n' + paragraph(child.group->sentence);
        print_group(child.group->path);
      }
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void print_setting(const Setting& setting) {
    const std::string value = default_of(settings_table(), setting);
    print_head(setting);
    if (!setting.not_offered.empty()) {
      out_ += "Not offered by this version: nothing but " + escaped(value) + " is accepted.\n";
      return;
    }
    out_ += paragraph("Default: " + value);
    if (setting.reload == Reload::restart) out_ += ".br\n.I Needs a restart.\n";
    if (const Table* items = setting.type->item_table()) print_items(*items);
  }

  void print_items(const Table& table) {
    out_ += ".RS\n";
    for (const Setting& setting : table.settings) {
      print_head(setting);
      out_ += setting.required ? std::string("Required.\n")
                               : paragraph("Default: " + default_of(table, setting));
    }
    out_ += ".RE\n";
  }

  void print_head(const Setting& setting) {
    out_ += ".TP\n.B " + escaped(setting.path) + '\n' + paragraph(setting.sentence) + ".br\n" +
            paragraph(as_sentence(setting.type->rule())) + ".br\n";
  }

  std::string out_;
};

}  // namespace

std::string print_manual() {
  ManualPrinter printer;
  printer.print_group("");
  return R"(.\" Made by "godwitd --print-man" from the table of settings; changes here are lost.
.TH godwit.yaml 5 "" godwit "File formats"
)" + std::string(introduction) +
         ".SH SETTINGS\n" + printer.take() + std::string(closing);
}

}  // namespace godwit::conf
