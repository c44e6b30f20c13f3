using System.Globalization;
using System.Text;
using Hermes.Client.Updates;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Cli.Output;

/// <summary>A certificate as a file of its own: JSON for programs, Markdown for people.</summary>
internal static class CertificateFile
{
    /// <summary>Refuses a file that cannot be written, before the work begins.</summary>
    public static void Check(string file, bool force)
    {
        if (Path.GetExtension(file) is not (".json" or ".md"))
        {
            throw new UsageException($"'{file}' ends with neither .json nor .md.", "Give the certificate a name that ends with .json or .md.");
        }

        OutputFile.Check(file, force);
    }

    public static async Task WriteAsync(string file, UpdateCertificate certificate, bool force, CancellationToken cancellationToken)
    {
        if (Path.GetExtension(file) == ".json")
        {
            await JsonFile.WriteAsync(file, certificate, force, cancellationToken);
            return;
        }

        OutputFile.MakeFolder(file);
        var beside = OutputFile.Beside(file);
        try
        {
            await File.WriteAllTextAsync(beside, Markdown(certificate), cancellationToken);
            File.Move(beside, file, force);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    internal static string Markdown(UpdateCertificate c)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Certificate of the update {c.Update}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"**{UpdateSentences.Verdict(c)}**, {Tables.Time(c.At)}, growing from {c.Base} (`{c.BaseDigest}`).\n\n");
        if (c.NewTrunk is { } trunk)
        {
            Changes(text, c, trunk);
        }
        else
        {
            Probes(text, c);
        }

        text.Append("\n## What is new\n\n| Task | Dice | of its own | Cases | Split |\n|---|---|---|---|---|\n");
        foreach (var t in c.NewTasks)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"| {t.Task} | {Tables.Dice(t.Dice)} | {(t.Baseline is { } own ? Tables.Dice(own) : "")} | {t.Cases} | {t.Split.Word().ToLowerInvariant()} |\n");
        }

        text.Append("\n## Remarks\n\n");
        foreach (var remark in c.Remarks.Append(UpdateSentences.Promised(c)))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {remark}\n");
        }

        return text.ToString();
    }

    private static void Probes(StringBuilder text, UpdateCertificate c)
    {
        text.Append(CultureInfo.InvariantCulture, $"The trunk `{c.Trunk}` and {c.FrozenBranches.Count} branches were read and not written.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"## What was there before\n\n{UpdateSentences.ProbesAsked}\n\n");
        text.Append("| Prompt group | Case | Label map before | after | |\n|---|---|---|---|---|\n");
        foreach (var p in c.Probes)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {p.Group} | {p.Case} | `{p.Before[..12]}` | `{p.After[..12]}` | {(p.IsEqual ? "equal" : "**differs**")} |\n");
        }
    }

    private static void Changes(StringBuilder text, UpdateCertificate c, string trunk)
    {
        text.Append(CultureInfo.InvariantCulture, $"A new trunk, `{trunk}`, learned on from `{c.Trunk}`.\n\n## What was there before\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{UpdateSentences.ChangesMeasuredOn}\n\n");
        text.Append("| Task | Dice before | after | change | at least | Cases |\n|---|---|---|---|---|---|\n");
        foreach (var t in c.Changes)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {t.Task} | {Tables.Dice(t.Before)} | {Tables.Dice(t.After)} | {Tables.Change(t.Difference)} | {(t.LowerBound is { } bound ? Tables.Change(bound) : "too few cases")} | {t.Cases} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nTolerance: {c.Tolerance:0.###}.{(c.Accepted is { } at ? $" What it cannot say was accepted by a person, {Tables.Time(at)}." : "")}\n");
    }
}
