using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Evaluation;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;
using Hermes.Model.Inference;
using Hermes.Worker.Protocol;

namespace Hermes.Worker.Orders;

/// <summary>Segments one image and, when a reference is given, says how well.</summary>
internal sealed class SegmentExecutor(WorkerBlobs blobs, ModelCache models, VolumeLimits limits, MessageWriter messages, Pulse pulse, TimeProvider time)
{
    public SegmentationResult Execute(SegmentOrder order, CancellationToken cancellationToken)
    {
        var request = order.Request;
        var started = time.GetTimestamp();
        messages.Progress(order.OrderId, Phases.Load, 0, 0);
        var scan = ReadImage(request);
        var image = scan.Volume;
        if (request.Probe is not null)
        {
            models.ReleaseBranches();
        }

        var (trunk, branch) = models.Get(request.Package, request.Branch);
        cancellationToken.ThrowIfCancellationRequested();

        pulse.At(WorkPhase.Window);
        var windows = 0;
        var answer = Ask(new Segmenter(trunk, branch), image, request, (done, total) =>
        {
            windows = total;
            pulse.At(WorkPhase.Window);
            messages.Progress(order.OrderId, Phases.Window, done, total);
        }, cancellationToken);

        pulse.At(WorkPhase.Store);
        var reference = request.Reference is { } labels
            ? LabelAlignment.OntoImageGrid(NiftiReader.ReadLabels(blobs.Fetch(labels), limits).Volume, image.Geometry, "the reference")
            : null;
        var labelMap = answer.LabelMap is { } map ? Store(path => NiftiWriter.Write(path, map, scan.Header)) : null;
        var masks = answer.Masks.Select(mask => Store(path => NiftiWriter.Write(path, mask, scan.Header))).ToList();
        var counts = answer.LabelMap is { } counted ? Count(counted) : null;
        var tasks = request.Prompt.Wanted.Select((label, index) => new SegmentedTask
        {
            Task = label.Task,
            Value = label.Value,
            VolumeMl = (counts is null ? answer.Masks[index].Voxels.LongCount(v => v != 0) : counts[label.Value]) * image.Geometry.VoxelVolumeMl,
            Mask = counts is null ? masks[index] : null,
            Agreement = reference is null ? null : Agreement(answer, index, label, reference, request),
        }).ToList();

        return new SegmentationResult
        {
            LabelMap = labelMap,
            Tasks = tasks,
            PromptGroup = request.Prompt.Group ?? "",
            Modality = request.Prompt.Modality,
            GeometryDigest = image.Geometry.Digest,
            GeometryChecked = masks.Append(labelMap).OfType<BlobRef>().All(stored => HasGeometry(stored, image.Geometry)),
            Windows = windows,
            Seconds = time.GetElapsedTime(started).TotalSeconds,
            Warnings = [.. scan.Header.Remarks.Select(remark => $"{NameOf(request)}: {remark}.")],
            Overlaps = request.AgainstEach && reference is not null && answer.LabelMap is { } compared ? Overlaps(compared, reference, request) : [],
        };
    }

    private static string NameOf(SegmentationRequest request) => request.ImageFile ?? "The image";

    private NiftiImage ReadImage(SegmentationRequest request)
    {
        try
        {
            return NiftiReader.ReadImage(blobs.Fetch(request.Image), limits);
        }
        catch (VolumeFormatException error)
        {
            throw FailureOf.Named(error, NameOf(request)).ToException();
        }
    }

    private static Segmentation Ask(
        Segmenter segmenter, Volume<float> image, SegmentationRequest request, Action<int, int> progress, CancellationToken cancellationToken)
    {
        try
        {
            var wanted = request.Prompt.Wanted.Select(l => new LabelledTask(checked((ushort)l.Value), l.Task));
            return segmenter.Segment(
                image, new PromptedTasks(new SamplePrompt([.. request.Prompt.Tasks], request.Prompt.Modality), [.. wanted]), request.Separate, progress, cancellationToken);
        }
        catch (ArgumentException refused)
        {
            throw new HermesException(refused.Message, request.ImageFile);
        }
    }

    private static TaskAgreement? Agreement(Segmentation answer, int index, PromptLabel label, Volume<ushort> reference, SegmentationRequest request)
    {
        if (request.ReferenceLabels.FirstOrDefault(l => l.Task == label.Task) is not { } known)
        {
            return null;
        }

        var value = checked((ushort)known.Value);
        var score = answer.LabelMap is { } map
            ? DiceEvaluation.Evaluate(map, reference, [new EvaluatedTask(label.Task, checked((ushort)label.Value), value)])[0]
            : DiceEvaluation.Evaluate(label.Task, answer.Masks[index], reference, value);
        return new TaskAgreement(score.Dice, score.ReferenceMl, score.FalsePositiveMl, score.FalseNegativeMl);
    }

    private static List<TaskOverlap> Overlaps(Volume<ushort> found, Volume<ushort> reference, SegmentationRequest request)
    {
        var (inFound, inReference, common) = (Count(found), Count(reference), LabelOverlap.Count(found.Voxels, reference.Voxels));
        var ml = found.Geometry.VoxelVolumeMl;
        return
        [
            .. from task in request.Prompt.Wanted
               from label in request.ReferenceLabels
               let voxels = common.GetValueOrDefault((checked((ushort)task.Value), checked((ushort)label.Value)))
               where voxels > 0
               select new TaskOverlap(task.Task, label.Task, voxels * ml, inFound[task.Value] * ml, inReference[label.Value] * ml),
        ];
    }

    private BlobRef Store(Action<string> write) => blobs.Store(MediaTypes.NiftiGz, ".nii.gz", write);

    private bool HasGeometry(BlobRef stored, VolumeGeometry expected) =>
        NiftiReader.ReadHeader(blobs.Fetch(stored), limits).Geometry.SamePhysicalSpace(expected, out _);

    private static long[] Count(Volume<ushort> labels)
    {
        var counts = new long[ushort.MaxValue + 1];
        foreach (var value in labels.Voxels)
        {
            counts[value]++;
        }

        return counts;
    }
}
