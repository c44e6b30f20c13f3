using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;

namespace Hermes.Cli.Verbs;

/// <summary>Looks into the files of an add before anything is sent. A worker does it: this program knows no volumes.</summary>
internal static class DryRun
{
    /// <summary>What the add would warn of.</summary>
    /// <exception cref="HermesException">The add would be refused; every bad file is named.</exception>
    public static async Task<IReadOnlyList<string>> LookAsync(DatasetSource source, ProgressDisplay display, CancellationToken cancellationToken)
    {
        var list = Path.Combine(Path.GetTempPath(), $"hermes-{Guid.NewGuid():N}.json");
        var findings = new List<CaseFinding>();
        try
        {
            var check = new FileCheck
            {
                Modality = source.Declaration.Modality,
                Labels = source.Declaration.Labels,
                Cases = [.. source.Cases.Select(c => new FilesOfCase(c.CaseId, c.Image, c.Label))],
            };
            await File.WriteAllTextAsync(list, JsonSerializer.Serialize(check, WorkOrderJson.Options), cancellationToken);
            await using var worker = ChildProgram.Start(PlatformProgram.Worker, ["check", list, "--exit-with-parent"], line =>
            {
                if (line.StartsWith('{'))
                {
                    lock (findings)
                    {
                        findings.Add(JsonSerializer.Deserialize<CaseFinding>(line, WorkOrderJson.Options)!);
                        display.Report("check", findings.Count, source.Cases.Count, "cases");
                    }
                }
            });
            var code = await worker.WaitAsync(cancellationToken);
            display.Clear();
            if (code != 0 || findings.Count < source.Cases.Count)
            {
                var next = source.Cases[Math.Min(findings.Count, source.Cases.Count - 1)];
                throw new HermesException($"The files could not be looked into: {worker.LastWords() ?? $"the worker ended with code {code}"}.", next.Image);
            }
        }
        finally
        {
            File.Delete(list);
        }

        var problems = findings.SelectMany(f => f.Problems).ToList();
        return problems.Count > 0
            ? throw AddRefusal.Of($"'{source.Declaration.Name}' would be refused", problems, problems.Count)
            : [.. LabelCoverage.Missing(source.Declaration.Labels, findings.SelectMany(f => f.Labels).ToHashSet(), findings.Count), .. findings.SelectMany(f => f.Warnings)];
    }
}
