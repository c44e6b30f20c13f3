using System.Globalization;
using System.Text;
using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Cli.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Cli.Quickstart;

/// <summary>The synthetic datasets, made by the worker: this program knows no volumes.</summary>
internal sealed record PhantomList(IReadOnlyList<PhantomList.Entry> Datasets)
{
    /// <summary>Makes the phantoms, or finds those that an earlier quickstart completed.</summary>
    public static async Task<PhantomList> MakeAsync(QuickstartFolder folder, long seed, CancellationToken cancellationToken)
    {
        if (File.Exists(folder.PhantomList))
        {
            return JsonSerializer.Deserialize<PhantomList>(await File.ReadAllTextAsync(folder.PhantomList, cancellationToken), VerbOutput.JsonOptions)!;
        }

        var lines = new StringBuilder();
        await using var worker = ChildProgram.Start(
            PlatformProgram.Worker,
            ["phantoms", "--out", folder.Phantoms, "--seed", seed.ToString(CultureInfo.InvariantCulture)],
            line =>
            {
                lock (lines)
                {
                    lines.AppendLine(line);
                }
            });
        var code = await worker.WaitAsync(cancellationToken);
        string said;
        lock (lines)
        {
            said = lines.ToString();
        }

        var begin = said.IndexOf('{', StringComparison.Ordinal);
        if (code != 0 || begin < 0)
        {
            throw new HermesException($"The synthetic scans could not be made: {worker.LastWords() ?? $"the worker ended with code {code}"}", folder.Phantoms);
        }

        var list = JsonSerializer.Deserialize<PhantomList>(said[begin..(said.LastIndexOf('}') + 1)], VerbOutput.JsonOptions)!;
        await JsonFile.WriteAsync(folder.PhantomList, list, cancellationToken);
        return list;
    }

    /// <summary>One dataset: where the worker wrote it.</summary>
    internal sealed record Entry(string Name, string Modality, string Images, string Labels, string LabelNames, string Split);
}
