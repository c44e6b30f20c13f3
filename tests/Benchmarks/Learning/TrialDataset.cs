using System.Globalization;
using System.Text.Json;
using Hermes.Imaging.Phantoms;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;
using Hermes.Model.Training;

namespace Hermes.Benchmarks.Learning;

/// <summary>A dataset of files, prepared for a trial.</summary>
internal sealed record TrialDataset(DatasetPrompt Group, IReadOnlyList<TrialCase> Training, IReadOnlyList<TrialCase> Validation, IReadOnlyList<TrialCase> Testing)
{
    public PreparedDataset Prepare(PreprocessingPlan plan, string folder) =>
        new(Group, [.. Training.Select(c => c.Prepare(plan, Group.Modality!, folder))], [.. Validation.Select(c => c.Prepare(plan, Group.Modality!, folder))]);

    public static TrialDataset Phantom(PhantomDatasetFiles files)
    {
        var split = JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllText(files.Split))!;
        TrialCase[] Of(string part) =>
        [
            .. split.Where(c => c.Value == part).Select(c => new TrialCase(
                c.Key, Path.Combine(files.Images, c.Key + ".nii.gz"), Path.Combine(files.Labels, c.Key + ".nii.gz"))),
        ];
        return new TrialDataset(
            new DatasetPrompt(files.Name, files.Modality, [.. files.Structures.OrderBy(s => s.Key).Select(s => new LabelledTask(s.Key, $"{files.Name}/{s.Value}"))]),
            Of("train"), Of("validation"), Of("test"));
    }

    public static TrialDataset Real(string folder, string name, string modality, string labelNames)
    {
        var names = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(folder, labelNames)))!;
        TrialCase[] cases = [new TrialCase(name, Path.Combine(folder, name + ".nii.gz"), Path.Combine(folder, name + "_labels.nii.gz"))];
        return new TrialDataset(
            new DatasetPrompt(
                name,
                modality,
                [.. names.Select(n => new LabelledTask(ushort.Parse(n.Key, CultureInfo.InvariantCulture), $"{name}/{n.Value}")).OrderBy(l => l.Value)]),
            cases, [], cases);
    }
}

/// <summary>An image and its labels.</summary>
internal sealed record TrialCase(string Id, string Image, string Labels)
{
    public Volume<float> ReadImage() => NiftiReader.ReadImage(Image).Volume;

    public Volume<ushort> ReadLabels() => NiftiReader.ReadLabels(Labels).Volume;

    public PreparedCaseFile Prepare(PreprocessingPlan plan, string modality, string folder)
    {
        var image = plan.Prepare(ReadImage(), modality);
        var labels = PreprocessingPlan.PrepareLabels(ReadLabels(), image);
        var path = Path.Combine(folder, $"{modality}_{Id}.case");
        PreparedCaseWriter.Write(path, new PreparedCase
        {
            CaseId = Id,
            Modality = modality,
            PlanDigest = plan.Digest,
            ImageDigest = Id,
            LabelsDigest = Id,
            Grid = image.Grid,
            Statistics = image.Statistics,
        }, image.Voxels, labels);
        return PreparedCaseFile.Open(path);
    }
}
