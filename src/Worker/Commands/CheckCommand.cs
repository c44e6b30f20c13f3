using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Hermes.Imaging.Volumes.Formats;
using Hermes.Worker.Orders;

namespace Hermes.Worker.Commands;

/// <summary><c>check</c>: looks into files where they lie and says what an add would say.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("list") { Description = "Modality, labels and files of the cases, a JSON document." };
        var command = new Command("check", "Looks into the files of cases, as an add would, and prints a JSON line for each case.") { file };
        command.SetAction(parsed =>
        {
            ParentWatch.Start(parsed.GetValue(ParentWatch.Option));
            using var stream = parsed.GetRequiredValue(file).OpenRead();
            var check = JsonSerializer.Deserialize<FileCheck>(stream, WorkOrderJson.Options)!;
            var inspector = new CaseInspector(check.Modality, check.Labels, VolumeLimits.Default);
            foreach (var one in check.Cases)
            {
                Console.WriteLine(JsonSerializer.Serialize(Find(inspector, one), WorkOrderJson.Options));
            }

            return 0;
        });
        return command.EndingWithParent();
    }

    private static CaseFinding Find(CaseInspector inspector, FilesOfCase files)
    {
        try
        {
            var found = inspector.Inspect((files.Image, files.Image), files.Label is { } label ? (label, label) : null);
            return new CaseFinding { CaseId = files.CaseId, Labels = [.. found.LabelVolumesMl.Keys.Order()], Warnings = found.Warnings };
        }
        catch (CaseRefusedException refused)
        {
            return new CaseFinding { CaseId = files.CaseId, Problems = [.. refused.Problems.Select(p => p with { CaseId = files.CaseId })] };
        }
        catch (Exception error) when (FailureOf.IsTellable(error))
        {
            return new CaseFinding { CaseId = files.CaseId, Problems = [FailureOf.Exception(error) with { CaseId = files.CaseId }] };
        }
    }
}
