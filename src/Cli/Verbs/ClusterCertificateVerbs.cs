using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>cluster certificate</c>: a private authority, and what it issues to silos and clients.</summary>
internal static partial class ClusterCertificateVerbs
{
    private static readonly Option<string> Dir = new("--dir")
    {
        Description = "The folder of the authority and of what it issues.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "certificates",
    };

    public static Command Create() => new("certificate", "Certificates for TLS between the machines of a cluster, where the institution issues none: authority, issue.") { Authority(), Issue() };

    private static VerbCommand Authority() => new VerbCommand(
        "authority",
        "Makes a private authority, whose certificate every silo and client is told as tls-ca-file. Whoever has its key can pass for any of them: keep it off the silos, and safe.",
        "hermes cluster certificate authority",
        "hermes cluster certificate authority --dir /safe/hermes") { Dir }.Does((context, _) =>
    {
        var authority = new CertificateAuthority(context.Get(Dir)!, TimeProvider.System);
        var expires = authority.Create();
        context.Output.Result(new { authority.CertificateFile, authority.KeyFile, Expires = expires }, console =>
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{authority.CertificateFile} is the authority, good until {expires.UtcDateTime:u}: give it to every silo and client ({TlsFileOptions.Authority})."));
            console.WriteLine($"{authority.KeyFile} is its key: keep it safe, and give it to nobody.");
        });
        return Task.FromResult(ExitCodes.Success);
    });

    private static VerbCommand Issue()
    {
        var name = new Argument<string>("NAME") { Description = "Whose certificate it is: a silo's name or a person's. Names the file." };
        var hosts = new Option<string[]>("--host")
        {
            Description = "Host name and IP addresses by which others reach the silo, with commas between. Without it the certificate is of a client, and cannot pass for a silo.",
            HelpName = "HOST,IP",
        };
        var days = new Option<int>("--days") { Description = "How long it is good.", HelpName = "N", DefaultValueFactory = _ => CertificateAuthority.Days };
        days.AcceptOnly(1, 365 * CertificateAuthority.Years);
        name.Validators.Add(result =>
        {
            if (!Word().IsMatch(result.GetValueOrDefault<string>() ?? ""))
            {
                result.AddError("NAME is letters, digits, dots and dashes, at most 63.");
            }
        });
        hosts.Validators.Add(result =>
        {
            foreach (var wrong in Split(result.GetValueOrDefault<string[]>()).Where(host => Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic))
            {
                result.AddError($"'{wrong}' is no host name and no IP address.");
            }
        });
        return new VerbCommand(
            "issue",
            "Issues a certificate with its key in one file, which only this user can read: what a silo or client is told as tls-certificate-file. A silo needs its IP address in it, and its host name where clients use that.",
            "hermes cluster certificate issue one --host silo1.example.org,10.0.0.5",
            "hermes cluster certificate issue ada --days 90                   for a person's commands") { name, hosts, days, Dir }.Does((context, _) =>
        {
            var named = Split(context.Get(hosts));
            var (file, expires) = new CertificateAuthority(context.Get(Dir)!, TimeProvider.System).Issue(context.Get(name), named, context.Get(days));
            context.Output.Result(new { File = file, Hosts = named, Expires = expires }, console => console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{file} is the certificate and key of {(named.Count == 0 ? "a client" : $"a silo at {string.Join(", ", named)}")}, good until {expires.UtcDateTime:u} ({TlsFileOptions.Certificate}).")));
            return Task.FromResult(ExitCodes.Success);
        });
    }

    private static List<string> Split(string[]? hosts) => [.. (hosts ?? []).SelectMany(h => h.Split(',', StringSplitOptions.TrimEntries))];

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex Word();
}
