#include "wire/codes_text.h"

#include <algorithm>
#include <span>

#include "wire/name.h"
#include "wire/text_number.h"

namespace godwit::wire {
namespace {

struct Mnemonic {
  std::uint16_t value;
  std::string_view text;
};

// The IANA registry, in ascending order.
constexpr Mnemonic type_mnemonics[] = {
    {1, "A"},           {2, "NS"},       {3, "MD"},        {4, "MF"},         {5, "CNAME"},
    {6, "SOA"},         {7, "MB"},       {8, "MG"},        {9, "MR"},         {10, "NULL"},
    {11, "WKS"},        {12, "PTR"},     {13, "HINFO"},    {14, "MINFO"},     {15, "MX"},
    {16, "TXT"},        {17, "RP"},      {18, "AFSDB"},    {19, "X25"},       {20, "ISDN"},
    {21, "RT"},         {22, "NSAP"},    {23, "NSAP-PTR"}, {24, "SIG"},       {25, "KEY"},
    {26, "PX"},         {27, "GPOS"},    {28, "AAAA"},     {29, "LOC"},       {30, "NXT"},
    {31, "EID"},        {32, "NIMLOC"},  {33, "SRV"},      {34, "ATMA"},      {35, "NAPTR"},
    {36, "KX"},         {37, "CERT"},    {38, "A6"},       {39, "DNAME"},     {40, "SINK"},
    {41, "OPT"},        {42, "APL"},     {43, "DS"},       {44, "SSHFP"},     {45, "IPSECKEY"},
    {46, "RRSIG"},      {47, "NSEC"},    {48, "DNSKEY"},   {49, "DHCID"},     {50, "NSEC3"},
    {51, "NSEC3PARAM"}, {52, "TLSA"},    {53, "SMIMEA"},   {55, "HIP"},       {56, "NINFO"},
    {57, "RKEY"},       {58, "TALINK"},  {59, "CDS"},      {60, "CDNSKEY"},   {61, "OPENPGPKEY"},
    {62, "CSYNC"},      {63, "ZONEMD"},  {64, "SVCB"},     {65, "HTTPS"},     {66, "DSYNC"},
    {99, "SPF"},        {100, "UINFO"},  {101, "UID"},     {102, "GID"},      {103, "UNSPEC"},
    {104, "NID"},       {105, "L32"},    {106, "L64"},     {107, "LP"},       {108, "EUI48"},
    {109, "EUI64"},     {128, "NXNAME"}, {249, "TKEY"},    {250, "TSIG"},     {251, "IXFR"},
    {252, "AXFR"},      {253, "MAILB"},  {254, "MAILA"},   {255, "ANY"},      {256, "URI"},
    {257, "CAA"},       {258, "AVC"},    {259, "DOA"},     {260, "AMTRELAY"}, {261, "RESINFO"},
    {262, "WALLET"},    {32768, "TA"},   {32769, "DLV"},
};
constexpr Mnemonic class_mnemonics[] = {
    {1, "IN"}, {3, "CH"}, {4, "HS"}, {254, "NONE"}, {255, "ANY"}};
constexpr Mnemonic rcode_mnemonics[] = {
    {0, "NOERROR"},  {1, "FORMERR"},  {2, "SERVFAIL"},  {3, "NXDOMAIN"}, {4, "NOTIMP"},
    {5, "REFUSED"},  {6, "YXDOMAIN"}, {7, "YXRRSET"},   {8, "NXRRSET"},  {9, "NOTAUTH"},
    {10, "NOTZONE"}, {16, "BADVERS"}, {23, "BADCOOKIE"}};
constexpr Mnemonic opcode_mnemonics[] = {{0, "QUERY"},  {1, "IQUERY"}, {2, "STATUS"},
                                         {4, "NOTIFY"}, {5, "UPDATE"}, {6, "DSO"}};
constexpr Mnemonic algorithm_mnemonics[] = {{1, "RSAMD5"},
                                            {2, "DH"},
                                            {3, "DSA"},
                                            {5, "RSASHA1"},
                                            {6, "DSA-NSEC3-SHA1"},
                                            {7, "RSASHA1-NSEC3-SHA1"},
                                            {8, "RSASHA256"},
                                            {10, "RSASHA512"},
                                            {12, "ECC-GOST"},
                                            {13, "ECDSAP256SHA256"},
                                            {14, "ECDSAP384SHA384"},
                                            {15, "ED25519"},
                                            {16, "ED448"},
                                            {17, "SM2SM3"},
                                            {23, "ECC-GOST12"},
                                            {252, "INDIRECT"},
                                            {253, "PRIVATEDNS"},
                                            {254, "PRIVATEOID"}};
constexpr Mnemonic certificate_mnemonics[] = {
    {1, "PKIX"}, {2, "SPKI"},   {3, "PGP"},     {4, "IPKIX"}, {5, "ISPKI"},
    {6, "IPGP"}, {7, "ACPKIX"}, {8, "IACPKIX"}, {253, "URI"}, {254, "OID"}};

constexpr std::uint16_t rcode_max = 0xfff;  // 12 bits with EDNS (RFC 6891 §6.1.3)

std::string text_of(std::span<const Mnemonic> table, std::string_view prefix, std::uint16_t value) {
  const auto found = std::lower_bound(
      table.begin(), table.end(), value,
      [](const Mnemonic& entry, std::uint16_t wanted) { return entry.value < wanted; });
  if (found != table.end() && found->value == value) return std::string(found->text);
  return std::string(prefix) + std::to_string(value);
}

// A mnemonic, or `prefix` and a number up to `max`.
std::optional<std::uint16_t> value_of(std::span<const Mnemonic> table, std::string_view prefix,
                                      std::string_view text, std::uint16_t max) noexcept {
  for (const Mnemonic& entry : table)
    if (equal_text_ignoring_case(entry.text, text)) return entry.value;
  if (!equal_text_ignoring_case(text.substr(0, prefix.size()), prefix)) return std::nullopt;
  const auto number = parse_number(text.substr(prefix.size()), max);
  if (!number) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

}  // namespace

std::string to_text(RrType type) {
  return text_of(type_mnemonics, "TYPE", static_cast<std::uint16_t>(type));
}

std::string to_text(RrClass value) {
  return text_of(class_mnemonics, "CLASS", static_cast<std::uint16_t>(value));
}

std::string to_text(Rcode rcode) {
  return text_of(rcode_mnemonics, "RCODE", static_cast<std::uint16_t>(rcode));
}

std::string to_text(Opcode opcode) {
  return text_of(opcode_mnemonics, "OPCODE", static_cast<std::uint16_t>(opcode));
}

std::optional<RrType> parse_type(std::string_view text) noexcept {
  const auto value = value_of(type_mnemonics, "TYPE", text, 0xffff);
  if (!value) return std::nullopt;
  return static_cast<RrType>(*value);
}

std::optional<RrClass> parse_class(std::string_view text) noexcept {
  const auto value = value_of(class_mnemonics, "CLASS", text, 0xffff);
  if (!value) return std::nullopt;
  return static_cast<RrClass>(*value);
}

std::optional<Rcode> parse_rcode(std::string_view text) noexcept {
  const auto value = value_of(rcode_mnemonics, "RCODE", text, rcode_max);
  if (!value) return std::nullopt;
  return static_cast<Rcode>(*value);
}

std::optional<std::uint8_t> parse_algorithm(std::string_view text) noexcept {
  const auto value = value_of(algorithm_mnemonics, "", text, 0xff);
  if (!value) return std::nullopt;
  return static_cast<std::uint8_t>(*value);
}

std::optional<std::uint16_t> parse_certificate_type(std::string_view text) noexcept {
  return value_of(certificate_mnemonics, "", text, 0xffff);
}

}  // namespace godwit::wire
